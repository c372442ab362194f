/// How a user proves who it is: name and password, against our own users first and then other providers.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.login;
