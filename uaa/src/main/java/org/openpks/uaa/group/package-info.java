/// Groups, their members, and the external groups mapped to them.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.group;
