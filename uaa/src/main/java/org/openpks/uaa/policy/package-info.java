/// Rules that the operator sets: password hashes and strength, lockout after failed tries.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.policy;
