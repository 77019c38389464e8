package org.palimpsest.tasks.finetuning;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.util.SerializableConfiguration;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;
import scala.Tuple2;

/**
 * Writes one partition of the shuffle as it streams by. Every attempt writes a file of its own;
 * only what a finished task reports gets into the manifest.
 *
 * @param folder where
 * @param preparation keeps the files of one preparation apart from those of another
 */
record PairTask(String folder, String preparation, SerializableConfiguration hadoop)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a partition became. */
  record Report(
      int partition, PairLane lane, long cutSources, long cutTargets, Map<String, Long> rejected)
      implements Serializable {}

  /** What is counted while a lane is written. */
  private static final class Count {
    private final List<Long> offsets = new ArrayList<>();
    private final Map<String, Long> rejected = new TreeMap<>();
    private long rows;
    private long bytes;
    private long cutSources;
    private long cutTargets;
  }

  Report write(int partition, Iterator<Tuple2<Tuple2<Integer, String>, byte[]>> records) {
    Count count = new Count();
    String kind =
        partition == PairPlan.rejected() ? "rejected-%05d-%s.jsonl" : "lane-%05d-%s.pairs";
    String name = kind.formatted(partition, preparation + "-" + TaskContext.get().taskAttemptId());
    StoredFile file =
        new StoredFolder(new Path(folder), hadoop.value())
            .write(
                name,
                out -> {
                  while (records.hasNext()) {
                    byte[] record = records.next()._2();
                    if (partition == PairPlan.rejected()) {
                      reject(record, count, out);
                    } else {
                      append(record, count, out);
                    }
                  }
                });
    count.offsets.add(count.bytes);
    return new Report(
        partition,
        new PairLane(file, count.rows, count.offsets),
        count.cutSources,
        count.cutTargets,
        count.rejected);
  }

  private static void append(byte[] marked, Count count, OutputStream out) throws IOException {
    if (count.rows % PairLane.GROUP == 0) {
      count.offsets.add(count.bytes);
    }
    out.write(marked, 1, marked.length - 1);
    count.rows++;
    count.bytes += marked.length - 1;
    count.cutSources += marked[0] & PairEncoder.CUT_SOURCE;
    count.cutTargets += (marked[0] & PairEncoder.CUT_TARGET) >> 1;
  }

  private static void reject(byte[] record, Count count, OutputStream out) throws IOException {
    String[] parts = new String(record, StandardCharsets.UTF_8).split("\n", 2);
    count.rejected.merge(parts[0], 1L, Long::sum);
    out.write(JSON.writeValueAsBytes(Map.of("reason", parts[0], "record", parts[1])));
    out.write('\n');
  }
}
