/// The broker over real HTTP, against a Director that plays by the book and fails when told to.
@NullMarked
package org.openpks.broker;

import org.jspecify.annotations.NullMarked;
