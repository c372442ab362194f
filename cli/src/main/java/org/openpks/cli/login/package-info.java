/// The commands that begin and end a session.
@NullMarked
package org.openpks.cli.login;

import org.jspecify.annotations.NullMarked;
