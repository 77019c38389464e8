package org.palimpsest.storage;

import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StorageContractTest {
  @TempDir Path disk;

  @Test
  void holdsOnTheLocalDisk() {
    new StorageContract(new org.apache.hadoop.fs.Path("file:" + disk), new Configuration()).check();
  }

  @ParameterizedTest
  @EnumSource
  void holdsOnOtherKindsOfFileSystems(FaultPlan.Kind kind) {
    Configuration hadoop = new Configuration();
    FaultPlan plan = FaultPlan.install(hadoop, kind);
    plan.repair();
    new StorageContract(new org.apache.hadoop.fs.Path("faulty:" + disk), hadoop).check();
  }
}
