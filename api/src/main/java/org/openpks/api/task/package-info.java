/// Tasks: jobs that upgrade several clusters, some of them first, only so many at once.
@NullMarked
package org.openpks.api.task;

import org.jspecify.annotations.NullMarked;
