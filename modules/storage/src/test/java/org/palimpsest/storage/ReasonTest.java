package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;

class ReasonTest {
  @Test
  void isTheFirstLineWithoutItsFullStop() {
    assertThat(Reason.of(new IOException("  Quota exceeded.\n\tat some.Place")))
        .isEqualTo("Quota exceeded");
  }

  @Test
  void isTheKindOfAFailureThatSaysNothing() {
    assertThat(Reason.of(new IOException())).isEqualTo("IOException");
  }

  @Test
  void isNotLong() {
    assertThat(Reason.of(new IOException("x".repeat(1000)))).isEqualTo("x".repeat(300) + " …");
  }

  @Test
  void isNotOfS3WhereAnotherFileSystemDenies() {
    assertThat(Reason.of(new AccessDeniedException("/data", null, "nobody may")))
        .isEqualTo("/data: nobody may");
  }
}
