/// What users, groups and clients have in common: filters, paging, versions, JSON bodies.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.scim;
