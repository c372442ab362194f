package org.openpks.api.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagValueTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            bool      | true | yes
            bool      | false | ''
            duration  | 1h30m | 90
            duration  | 0 | 5 minutes
            duration  | 1.5s | s
            int       | -3 | 3.5
            int32     | 2147483647 | 2147483648
            int       | 9223372036854775807 | 9223372036854775808
            uint      | 7 | -7
            Level     | 10 | 11
            float32   | 0.001 | NaN
            float     | 1e3 | 1e999
            quantity  | 10Mi | 10MiB
            quantity  | 500m | -
            ip        | 10.0.0.1 | 10.0.0.256
            ip        | fd00::1 | localhost
            ipport    | 127.0.0.1:10256 | 127.0.0.1
            portRange | 30000-40000 | 40000-30000
            portRange | 30000+100 | 30000-70000
            portRange | 30000 | 0-1
            strings   | a,b | 'a, b'
            strings   | '' | a,,b
            int32Slice | 1,2 | 1,x
            mapStringString | a=1,b=2 | a
            mapStringString | memory.available<1Gi | a=1,,b=2
            mapStringBool | A=true | A
            ProxyMode | nftables | userspace
            """)
    void takesWhatTheProgramsTakeAndRefusesTheRest(String type, String good, String bad) {
        assertThat(FlagValue.problem(type, good)).as("%s %s", type, good).isEmpty();
        if (bad != null) {
            assertThat(FlagValue.problem(type, bad)).as("%s %s", type, bad).isPresent();
        }
    }
}
