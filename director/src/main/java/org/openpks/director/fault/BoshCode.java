package org.openpks.director.fault;

import org.openpks.kernel.FaultCode;

/// A fault code that has a number in BOSH's error catalogue (bosh-director, `errors.rb`). A failed task's last
/// event line carries it: `{"error":{"code":400007,"message":"..."}}`. Codes that are none of these are reported as
/// 100.
public interface BoshCode extends FaultCode {

    /// The number, for example 70000 for an unknown deployment.
    int number();
}
