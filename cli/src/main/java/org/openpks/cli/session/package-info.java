/// Who is logged in where: addresses, tokens, `creds.yml`, and the UAA.
@NullMarked
package org.openpks.cli.session;

import org.jspecify.annotations.NullMarked;
