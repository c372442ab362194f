/// The browser's way: log-in pages, sessions, approvals, authorization codes, passcodes.
///
/// Own code, not Spring's authorization endpoint: UAA's redirect patterns, scopes that follow the user's
/// groups, credentials in the request, answers in the fragment and approvals all differ from it.
@org.jspecify.annotations.NullMarked
package org.openpks.uaa.authorize;
