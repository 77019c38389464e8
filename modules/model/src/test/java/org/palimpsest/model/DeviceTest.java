package org.palimpsest.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {
  @ParameterizedTest
  @ValueSource(strings = {"proc/driver/nvidia", "dev/nvidiactl", "dev/dxg"})
  void anyFileOfTheDriverShowsIt(String file, @TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve(file));
    assertThat(Device.isNvidiaDriverIn("Linux", root)).isTrue();
  }

  @Test
  void theLibraryOfCudaIsNoDriver(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu/libcuda.so.1"));
    assertThat(Device.isNvidiaDriverIn("Linux", root)).isFalse();
  }

  @Test
  void otherSystemsAreTrusted(@TempDir Path root) {
    assertThat(Device.isNvidiaDriverIn("Windows 11", root)).isTrue();
  }
}
