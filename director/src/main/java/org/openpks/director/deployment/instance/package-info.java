/// Instances, their addresses, machines and disks as the director remembers them.
@NullMarked
package org.openpks.director.deployment.instance;

import org.jspecify.annotations.NullMarked;
