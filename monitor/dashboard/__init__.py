"""The only Streamlit, with app.py."""

import logging

# Caches are made while the server is not up yet, which Streamlit warns of at every start: it
# would keep them in memory, as it is asked to.
logging.getLogger("streamlit.runtime.caching.cache_data_api").addFilter(
    lambda record: not record.getMessage().startswith("No runtime found")
)
