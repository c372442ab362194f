/// The BOSH Director's HTTP API (bosh.md 1) and the tasks that only answer questions.
@NullMarked
package org.openpks.director.api;

import org.jspecify.annotations.NullMarked;
