/// Whole outputs of all commands, compared with reviewed transcripts.
@NullMarked
package org.openpks.cli.golden;

import org.jspecify.annotations.NullMarked;
