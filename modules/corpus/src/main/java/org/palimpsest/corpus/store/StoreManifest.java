package org.palimpsest.corpus.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.stream.Stream;
import org.palimpsest.storage.StoredFile;

/** The manifest of a sharded data set. */
public interface StoreManifest {
  /** Returns the settings that determine the content, by configuration key. */
  Map<String, String> settings();

  /** Returns all files of the data set, except the manifest. */
  Stream<StoredFile> files();

  /** Returns the manifest as it is stored, with the field {@code schemaVersion}. */
  ObjectNode json();
}
