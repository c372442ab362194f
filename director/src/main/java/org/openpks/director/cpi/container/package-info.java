/// The Cloud Provider Interface on one machine: a "VM" is an OCI bundle run by `runc`.
@NullMarked
package org.openpks.director.cpi.container;

import org.jspecify.annotations.NullMarked;
