/// The agent of a container node. It works from the machine: no process of ours runs in the node.
@NullMarked
package org.openpks.director.agent.container;

import org.jspecify.annotations.NullMarked;
