"""Parts of the page Why?"""
