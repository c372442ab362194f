/// Tests of files with secrets.
@NullMarked
package org.openpks.cli.file;

import org.jspecify.annotations.NullMarked;
