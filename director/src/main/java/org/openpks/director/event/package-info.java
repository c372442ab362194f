/// The record of what was done to deployments, instances and configurations, by whom, in which task.
@NullMarked
package org.openpks.director.event;

import org.jspecify.annotations.NullMarked;
