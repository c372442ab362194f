/// YAML as a node graph, so that what we do not know is kept as it was.
@NullMarked
package org.openpks.cli.yaml;

import org.jspecify.annotations.NullMarked;
