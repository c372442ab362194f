/// Pages and documents beside the token endpoint: info, login, keys, discovery, health.
@NullMarked
package org.openpks.uaa.web;

import org.jspecify.annotations.NullMarked;
