/// Credentials for people: identities in clusters, handed out as kubeconfigs.
@NullMarked
package org.openpks.api.credentials;

import org.jspecify.annotations.NullMarked;
