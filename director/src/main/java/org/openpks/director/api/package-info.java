/// The BOSH Director's HTTP API (docs-bosh, `director-api-v1`) and the tasks that only answer questions.
@NullMarked
package org.openpks.director.api;

import org.jspecify.annotations.NullMarked;
