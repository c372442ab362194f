/// The Cloud Provider Interface on one machine: a "VM" is an OCI bundle run by `runc`.
///
/// What belongs to a node stands in `HOME/nodes/CID`, and everything else of it (network namespace, interfaces,
/// control group) is named after the same id. [org.openpks.director.cpi.container.Inventory] finds all of it
/// without any other memory.
///
/// A load balancer is a `haproxy` in a network namespace; its files stand in `HOME/balancers/ID`. It is there as long
/// as the record of a node names it.
///
/// What jobs can rely on in a node:
///
/// - `/var/vcap` is a directory of the machine and no overlay, and so are `/var/lib/containerd`, `/var/lib/kubelet`
///   and `/var/lib/cni`. The rest of the root is an overlay on the stemcell whose writes are not forced to disk.
/// - `/run` and `/tmp` are empty after each boot, and files in `/var/vcap/sys/run` are gone.
/// - Mounts of the node never reach the machine; inside the node all mounts are shared.
/// - After a reboot the start programs of what ran before are run, and no `pre-start`. Whatever a `pre-start`
///   mounts, writes to `/run` or `/tmp`, or tells the kernel must therefore be repeated by the start program, which
///   looks first.
/// - Start programs of one node run at the same time, apart from `depends on`. They write the pid file before they
///   return, and wait in the background for what they need of each other.
@NullMarked
package org.openpks.director.cpi.container;

import org.jspecify.annotations.NullMarked;
