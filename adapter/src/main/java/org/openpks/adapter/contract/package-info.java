/// The On-Demand Broker's adapter contract: the adapter as a program that answers it, and the texts that a broker
/// exchanges with such a program.
///
/// A command is the first argument. Its input is one JSON object on standard input, whose values are texts that hold
/// JSON or YAML, or (older brokers) those texts as arguments. Standard output carries the result, or the sentence for
/// the person who asked; standard error is for the operator's log; the exit code says which failure it was, see
/// [org.openpks.adapter.AdapterFault#exitCode()].
@NullMarked
package org.openpks.adapter.contract;

import org.jspecify.annotations.NullMarked;
