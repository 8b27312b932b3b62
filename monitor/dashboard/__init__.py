"""The only Streamlit, with app.py."""
