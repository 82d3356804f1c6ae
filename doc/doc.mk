# The documents, in folders as they lie here, so that their links hold.

DOC_FILES = README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE test/bench/results.md $(sort $(wildcard doc/*.md doc/*.json doc/*.png))

.PHONY: install-doc uninstall-doc
install: install-doc
install-doc:
	$(MKDIR_P) $(patsubst %,'$(DESTDIR)$(docdir)/cloudtrail/%',$(sort $(dir $(DOC_FILES))))
	set -e; for file in $(DOC_FILES); do $(INSTALL_DATA) "$$file" '$(DESTDIR)$(docdir)/cloudtrail/'"$$file"; done

uninstall: uninstall-doc
uninstall-doc:
	rm -rf '$(DESTDIR)$(docdir)/cloudtrail'
