/// Where users come from besides our own table: LDAP, OpenID Connect.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.provider;
