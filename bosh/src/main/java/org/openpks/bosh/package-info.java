/// A BOSH Director's and a CredHub's HTTP APIs: their messages and clients. Works against the embedded director and
/// a real one.
@NullMarked
package org.openpks.bosh;

import org.jspecify.annotations.NullMarked;
