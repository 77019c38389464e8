package org.palimpsest.model.batch;

import java.util.ArrayList;
import java.util.List;
import org.palimpsest.objective.DenoisingExample;

/**
 * The assignment of examples to rows: each goes to the first row with room for its source and its
 * target.
 *
 * @param rows the examples of each row, in order of arrival
 */
record Packing(List<List<DenoisingExample>> rows) {

  static Packing firstFit(List<DenoisingExample> examples, int sourceRoom, int targetRoom) {
    List<List<DenoisingExample>> rows = new ArrayList<>();
    List<int[]> left = new ArrayList<>();
    for (DenoisingExample example : examples) {
      int row = 0;
      while (row < rows.size() && !fits(example, left.get(row))) {
        row++;
      }
      if (row == rows.size()) {
        rows.add(new ArrayList<>());
        left.add(new int[] {sourceRoom, targetRoom});
      }
      rows.get(row).add(example);
      left.get(row)[0] -= example.sourceLength();
      left.get(row)[1] -= example.targetLength();
    }
    return new Packing(rows);
  }

  private static boolean fits(DenoisingExample example, int[] left) {
    return example.sourceLength() <= left[0] && example.targetLength() <= left[1];
  }

  static Packing oneEach(List<DenoisingExample> examples) {
    return new Packing(examples.stream().map(List::of).toList());
  }

  int sourceLength() {
    return rows.stream().mapToInt(row -> sum(row, DenoisingExample::sourceLength)).max().orElse(0);
  }

  int targetLength() {
    return rows.stream().mapToInt(row -> sum(row, DenoisingExample::targetLength)).max().orElse(0);
  }

  private static int sum(
      List<DenoisingExample> row, java.util.function.ToIntFunction<DenoisingExample> length) {
    return row.stream().mapToInt(length).sum();
  }
}
