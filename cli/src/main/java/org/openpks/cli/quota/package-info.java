/// The commands about quotas and what is used of them.
@NullMarked
package org.openpks.cli.quota;

import org.jspecify.annotations.NullMarked;
