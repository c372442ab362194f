/// The HTTP face: routes, wire records, and one place that turns every failure into a body.
@NullMarked
package org.openpks.api.web;

import org.jspecify.annotations.NullMarked;
