# $(keep): $(TEXT) becomes the target, unless the target holds it already.
keep = $(if $(findstring <$(file <$@)>,<$(TEXT)>),,$(file >$@,$(TEXT)))
