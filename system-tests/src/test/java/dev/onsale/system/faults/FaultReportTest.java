package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.system.stack.OnsaleProcess;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultReportTest {

    @Test
    void fault_hasATest_whenItIsInTheList() throws Exception {
        Set<String> tags = FaultReport.tagged(OnsaleProcess.root()).stream()
                .map(FaultReport.Tagged::fault)
                .collect(Collectors.toSet());
        List<String> untested = FaultReport.faults().stream()
                .map(FaultReport.Fault::name)
                .filter(fault -> !tags.contains(fault))
                .toList();
        assertEquals(List.of(), untested);
    }
}
