package org.palimpsest.corpus.read;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.palimpsest.corpus.lane.LaneAccess;
import org.palimpsest.corpus.lane.LaneFile;
import org.palimpsest.corpus.lane.RowGroup;

/**
 * The lanes that one reader uses. Keeps the files of a limited number of them open, those used
 * last. Not thread-safe.
 */
final class OpenLanes {
  /** The default number of lanes. */
  private static final int MOST_OPEN = 64;

  private final CorpusSplit split;
  private final LaneAccess access;
  private final Map<Integer, LaneFile> known = new HashMap<>();
  private final LinkedHashMap<Integer, LaneFile> open = new LinkedHashMap<>(16, 0.75f, true);

  OpenLanes(CorpusSplit split) {
    this.split = split;
    access = split.access();
  }

  RowGroup read(int lane, int group) {
    LaneFile file = known.computeIfAbsent(lane, number -> split.lane(number, access));
    if (open.put(lane, file) == null && open.size() > MOST_OPEN) {
      closeEldest();
    }
    return split.withoutRemoved(lane, group, file.read(group));
  }

  private void closeEldest() {
    Map.Entry<Integer, LaneFile> eldest = open.entrySet().iterator().next();
    eldest.getValue().close();
    open.remove(eldest.getKey());
  }

  void close() {
    open.values().forEach(LaneFile::close);
    open.clear();
  }
}
