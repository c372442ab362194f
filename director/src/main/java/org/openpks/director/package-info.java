/// The embedded BOSH Director: tasks, deployments, releases, stemcells, configurations and variables behind the
/// Director's HTTP API, and the CredHub API on a port of its own.
@NullMarked
package org.openpks.director;

import org.jspecify.annotations.NullMarked;
