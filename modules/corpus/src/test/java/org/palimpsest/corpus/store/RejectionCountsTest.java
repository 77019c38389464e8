package org.palimpsest.corpus.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;

class RejectionCountsTest {
  private static final Path LIST = new Path("/data/rejected.jsonl");

  private static RejectionCounts threeRejections() {
    RejectionCounts counts = new RejectionCounts();
    counts.add("not UTF-8", "a.txt at 7");
    counts.add("too long", "b.txt at 0");
    counts.add("too long", "b.txt at 9");
    return counts;
  }

  @Test
  void countsRecordsByReason() {
    assertThat(threeRejections().counts())
        .containsExactlyInAnyOrderEntriesOf(Map.of("not UTF-8", 1L, "too long", 2L));
    assertThat(threeRejections().total()).isEqualTo(3);
  }

  @Test
  void appendsRecordsAsJsonLines() throws IOException {
    Map<String, String> record = new LinkedHashMap<>();
    record.put("reason", "no \"q\"");
    record.put("record", "text");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RejectionCounts counts = new RejectionCounts();

    counts.append(out, record, "no \"q\"", "text");
    counts.append(out, record, "no \"q\"", "text");

    assertThat(out).hasToString("{\"reason\":\"no \\\"q\\\"\",\"record\":\"text\"}\n".repeat(2));
    assertThat(counts.total()).isEqualTo(2);
  }

  @Test
  void allowsRejectionsUpToTheLimit() {
    assertThatCode(() -> threeRejections().requireAtMost(0.3, 10, "corpus.max-rejected", LIST))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesRejectionsAboveTheLimit() {
    assertThatThrownBy(() -> threeRejections().requireAtMost(0.29, 10, "corpus.max-rejected", LIST))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "3 of 10 records were rejected, more than corpus.max-rejected = 0.29 allows (too long:"
                + " 2, such as b.txt at 0; not UTF-8: 1, such as a.txt at 7): fix the records"
                + " listed in /data/rejected.jsonl, or raise corpus.max-rejected.");
  }
}
