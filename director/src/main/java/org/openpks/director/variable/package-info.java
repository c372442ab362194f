/// Variables and the CredHub API.
@NullMarked
package org.openpks.director.variable;

import org.jspecify.annotations.NullMarked;
