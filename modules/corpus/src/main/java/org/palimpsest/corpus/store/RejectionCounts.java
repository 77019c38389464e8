package org.palimpsest.corpus.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.palimpsest.base.PalimpsestException;

/** The rejected records of a preparation: their number by reason, with one example of each. */
public final class RejectionCounts implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int REASONS_SHOWN = 5;

  private final TreeMap<String, Long> counts = new TreeMap<>();
  private final TreeMap<String, String> examples = new TreeMap<>();

  /** Counts a record. */
  public void add(String reason, String example) {
    counts.merge(reason, 1L, Long::sum);
    examples.putIfAbsent(reason, example);
  }

  /**
   * Counts a record and appends it to the list of rejected records, as a line of JSON.
   *
   * @param record the line, in the order of its fields
   */
  public void append(OutputStream out, Map<String, String> record, String reason, String example)
      throws IOException {
    out.write(JSON.writeValueAsBytes(record));
    out.write('\n');
    add(reason, example);
  }

  /** Returns the number of records by reason. */
  public Map<String, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** Returns the number of records. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Checks the share of rejected records.
   *
   * @param records number of all records
   * @param limit the largest share allowed
   * @param key configuration key of the limit
   * @param list the file or folder that lists the rejected records
   * @throws PalimpsestException of kind INPUT if the share is above the limit
   */
  public void requireAtMost(double limit, long records, String key, Path list) {
    if (total() > limit * records) {
      throw PalimpsestException.input(
          "%d of %d records were rejected, more than %s = %s allows (%s): fix the records listed in %s, or raise %s."
              .formatted(total(), records, key, limit, describe(counts, examples), list, key));
    }
  }

  /** Returns the most frequent reasons with their counts, for messages. */
  public static String describe(Map<String, Long> counts) {
    return describe(counts, Map.of());
  }

  private static String describe(Map<String, Long> counts, Map<String, String> examples) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(REASONS_SHOWN)
        .map(reason -> described(reason, examples.get(reason.getKey())))
        .collect(Collectors.joining("; "));
  }

  private static String described(Map.Entry<String, Long> reason, String example) {
    String count = reason.getKey() + ": " + reason.getValue();
    return example == null ? count : count + ", such as " + example;
  }
}
