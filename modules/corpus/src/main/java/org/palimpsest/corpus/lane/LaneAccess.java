package org.palimpsest.corpus.lane;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * What the lanes of one reader share: Hadoop's settings, and a cache for pages of their indexes, of
 * limited size. Not thread-safe.
 */
public final class LaneAccess {
  /** Row groups in a page: 8 KB. */
  static final int PAGE_RECORDS = 256;

  /** All row groups of a corpus of 67 million blocks with row groups of 256 blocks: 8 MB. */
  private static final int MOST_PAGES = 1024;

  private final Configuration hadoop;
  private final LinkedHashMap<Page, byte[]> pages =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Page, byte[]> eldest) {
          return size() > MOST_PAGES;
        }
      };

  private record Page(LaneFile lane, int number) {}

  /** Creates the access of a reader to lanes. */
  public LaneAccess(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  Configuration hadoop() {
    return hadoop;
  }

  interface PageSource {
    byte[] read() throws IOException;
  }

  byte[] page(LaneFile lane, int number, PageSource source) throws IOException {
    Page page = new Page(lane, number);
    byte[] records = pages.get(page);
    if (records == null) {
      records = source.read();
      pages.put(page, records);
    }
    return records;
  }
}
