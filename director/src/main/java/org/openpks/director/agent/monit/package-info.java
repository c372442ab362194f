/// monit in a node: its job files, its status and its actions, over the socket that the node shares with the
/// machine.
@NullMarked
package org.openpks.director.agent.monit;

import org.jspecify.annotations.NullMarked;
