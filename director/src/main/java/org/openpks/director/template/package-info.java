/// Rendering of job templates: ERB exactly as BOSH renders it.
@NullMarked
package org.openpks.director.template;

import org.jspecify.annotations.NullMarked;
