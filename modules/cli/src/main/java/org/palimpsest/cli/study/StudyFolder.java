package org.palimpsest.cli.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.config.Recipe;

/**
 * The folder of a study: {@code study.json}, its definition; a file in {@code cells/} for each
 * finished cell and seed, written at once; the runs of the cells in {@code runs/}; and {@code
 * results.json}, {@code study.html}, and {@code plots/}, which are made of the others.
 */
public final class StudyFolder {
  public static final String DEFINITION = "study.json";
  public static final String RESULTS = "results.json";
  public static final String PAGE = "study.html";

  /** Keys that change how long a study takes, or where it is, and no figure. */
  private static final List<String> OTHER_KEYS =
      List.of("run.", "training.time-limit", "corpus.path", "checkpoint.path", "seed");

  private final StoredFolder folder;

  /** The folder, which may not exist yet. */
  public StudyFolder(StoredFolder folder) {
    this.folder = folder;
  }

  StoredFolder stored() {
    return folder;
  }

  /**
   * Writes the definition; with finished cells, it must be the one that they had. Cells and seeds
   * may be added.
   *
   * @param recipe that all cells share
   * @throws PalimpsestException of kind CONFIGURATION if finished cells have another definition
   */
  public void begin(Study study, Recipe recipe) {
    if (folder.exists(DEFINITION) && !folder.child("cells").files().isEmpty()) {
      JsonNode before = folder.readJson(DEFINITION);
      changed(before, study, recipe)
          .ifPresent(
              what -> {
                throw PalimpsestException.configuration(
                    "The study in "
                        + folder.path()
                        + " was begun with another value of "
                        + what
                        + ": name another folder (--set run.directory=DIR), or start over with"
                        + " --fresh.");
              });
    }
    folder.replaceJson(DEFINITION, definition(study, recipe));
  }

  private static Map<String, Object> definition(Study study, Recipe recipe) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("study", study.name());
    definition.put("title", study.text().title());
    definition.put("question", study.text().question());
    definition.put("seeds", study.seeds());
    Map<String, Object> cells = new LinkedHashMap<>();
    study.cells().forEach(cell -> cells.put(cell.name(), assignments(cell)));
    definition.put("cells", cells);
    definition.put("measures", study.measures().stream().map(Study.Staged::definition).toList());
    definition.put("recipe", recipe.resolved());
    return definition;
  }

  private static List<String> assignments(Cell cell) {
    List<String> all = new ArrayList<>(cell.set());
    cell.then().ifPresent(then -> then.forEach(one -> all.add("then " + one)));
    cell.baseline().ifPresent(name -> all.add("baseline " + name));
    return all;
  }

  private static Optional<String> changed(JsonNode before, Study study, Recipe recipe) {
    Optional<String> key =
        changedKey(ConfigFactory.parseString(before.path("recipe").asText()), recipe);
    if (key.isPresent()) {
      return key;
    }
    List<String> measures = new ArrayList<>();
    before.path("measures").forEach(one -> measures.add(one.asText()));
    if (!measures.equals(study.measures().stream().map(Study.Staged::definition).toList())) {
      return Optional.of("measures");
    }
    return study.cells().stream()
        .filter(cell -> isChanged(before.path("cells").path(cell.name()), cell))
        .map(cell -> "the cell '" + cell.name() + "'")
        .findFirst();
  }

  private static boolean isChanged(JsonNode before, Cell cell) {
    List<String> assignments = new ArrayList<>();
    before.forEach(one -> assignments.add(one.asText()));
    return !before.isMissingNode() && !assignments.equals(assignments(cell));
  }

  private static Optional<String> changedKey(Config before, Recipe recipe) {
    Map<String, ConfigValue> old = values(before);
    Map<String, ConfigValue> now = values(ConfigFactory.parseString(recipe.resolved()));
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(now.keySet());
    return keys.stream()
        .filter(key -> OTHER_KEYS.stream().noneMatch(key::startsWith))
        .filter(key -> !Objects.equals(old.get(key), now.get(key)))
        .findFirst();
  }

  private static Map<String, ConfigValue> values(Config config) {
    Map<String, ConfigValue> values = new LinkedHashMap<>();
    config.entrySet().forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    return values;
  }

  /** Name of a cell's run with a seed, a folder in {@code runs/}. */
  public static String run(Cell cell, long seed) {
    return cell.slug() + "-seed-" + seed;
  }

  private static String file(Cell cell, long seed) {
    return "cells/" + run(cell, seed) + ".json";
  }

  /** The result of a cell, if it is finished. */
  Optional<CellResult> result(Cell cell, long seed) {
    String file = file(cell, seed);
    return folder.exists(file)
        ? Optional.of(CellResult.parse(folder.readJson(file)))
        : Optional.empty();
  }

  /** Writes the result of a cell: as a whole, or not at all. */
  void write(Cell cell, CellResult result) {
    folder.replaceJson(file(cell, result.seed()), result.json());
  }

  /** Deletes everything, the runs of the cells included. */
  public void delete() {
    folder.delete();
  }
}
