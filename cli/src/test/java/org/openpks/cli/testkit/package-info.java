/// A PKS API and UAA to test against, and a way to run the command in this process.
@NullMarked
package org.openpks.cli.testkit;

import org.jspecify.annotations.NullMarked;
