/// The service adapter: turns a plan and a person's wishes into a BOSH manifest, and a running cluster into
/// credentials.
///
/// Manifests are a pure function of their inputs: the same input gives the same bytes. Secrets stand in them as
/// references to CredHub's variables alone. Bindings are identities in the cluster, see [Identities]. The contract is
/// that of the On-Demand Broker's adapters, so the same code serves as a library and as a program, see
/// [org.openpks.adapter.contract].
@NullMarked
package org.openpks.adapter;

import org.jspecify.annotations.NullMarked;
