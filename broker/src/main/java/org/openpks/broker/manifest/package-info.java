/// What the broker reads in manifests: names, versions, references to secrets, differences.
@NullMarked
package org.openpks.broker.manifest;

import org.jspecify.annotations.NullMarked;
