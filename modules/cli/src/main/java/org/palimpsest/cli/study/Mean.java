package org.palimpsest.cli.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.evaluation.bootstrap.Estimate;
import org.palimpsest.evaluation.bootstrap.SeedMean;
import org.palimpsest.evaluation.measure.Figure;

/**
 * A figure of a cell over its seeds.
 *
 * @param cell name of the cell
 * @param name what the figure is
 * @param of what it was measured on
 * @param at where on an axis, the mean over seeds
 * @param mean its value
 */
public record Mean(String cell, String name, String of, double at, SeedMean mean) {

  private record Key(String cell, String name, String of) {}

  /**
   * The means of results, in their order. Of figures with an axis, the first of each seed belong
   * together, then the second ones: seconds of training differ a little between seeds.
   */
  static List<Mean> of(List<CellResult> results) {
    Map<Key, List<List<Figure>>> bySeed = new LinkedHashMap<>();
    for (CellResult result : results) {
      Map<Key, List<Figure>> figures = new LinkedHashMap<>();
      for (Figure figure : result.figures()) {
        Key key = new Key(result.cell(), figure.name(), figure.of());
        figures.computeIfAbsent(key, k -> new ArrayList<>()).add(figure);
      }
      figures.forEach((key, of) -> bySeed.computeIfAbsent(key, k -> new ArrayList<>()).add(of));
    }
    List<Mean> means = new ArrayList<>();
    bySeed.forEach((key, seeds) -> add(key, seeds, means));
    return means;
  }

  private static void add(Key key, List<List<Figure>> seeds, List<Mean> means) {
    int points = seeds.stream().mapToInt(List::size).min().orElse(0);
    for (int k = 0; k < points; k++) {
      int place = k;
      List<Figure> same = seeds.stream().map(figures -> figures.get(place)).toList();
      List<Estimate> estimates = same.stream().map(Figure::estimate).toList();
      double at = same.stream().mapToDouble(Figure::at).average().orElse(0);
      means.add(new Mean(key.cell(), key.name(), key.of(), at, SeedMean.of(estimates)));
    }
  }
}
