/// How much owners may have: their quotas, and the rule that nobody gets more.
@NullMarked
package org.openpks.api.quota;

import org.jspecify.annotations.NullMarked;
