/// The browser's way: log-in pages, sessions, approvals, authorization codes, passcodes.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.authorize;
