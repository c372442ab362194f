/// The Open Service Broker API, version 2.17: its messages and a client. One operation that the specification does
/// not have, the list of an operation's steps, is marked as ours.
@NullMarked
package org.openpks.osb;

import org.jspecify.annotations.NullMarked;
