/// The user's kubeconfig file: merging a cluster into it without losing anything else.
@NullMarked
package org.openpks.cli.kubeconfig;

import org.jspecify.annotations.NullMarked;
